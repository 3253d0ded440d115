"""The interface that hospital systems already speak (Công văn 1245/BHXH-CNTT): a hospital changes only an address."""
