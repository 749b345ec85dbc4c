# Test programs that are bigger than one module. Each names what it links in its uses.txt.
