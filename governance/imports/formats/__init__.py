"""What the child process knows of file formats: bytes -> sheets, or a refusal in French. Standard library only."""
