"""What is in the root of every store, whatever runs it holds."""

ROOT_FILES = [".bcper-store.json", "README.txt", "restore.py"]
