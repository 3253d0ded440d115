"""What every outside system's adapter needs: a line that is patient, bounded, and stops calling what is broken."""
