/// Columns of text: the first is flush left, the others are flush right.
enum TextTable {
    /// A line for each row, with its end. All rows have as many cells as the first.
    static func text(_ rows: [[String]]) -> String {
        guard let titles = rows.first else { return "" }
        let widths = titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            text += cells.joined(separator: "  ") + "\n"
        }
        return text
    }
}
