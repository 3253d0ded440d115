"""Health profiles (QĐ 831/QĐ-BYT) as other systems write them: read, check, map, write. docs/formats/qd831.md."""
