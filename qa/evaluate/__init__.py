"""How good the answers are: golden questions in; judged rows, measures, report and verdict out."""
