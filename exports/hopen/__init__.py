"""What leaves of HOP’EN: the tracker as a file, and the pack of evidence that is handed over."""
