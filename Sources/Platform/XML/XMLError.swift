/// Why a document was refused. `line` counts from 1.
package enum XMLError: Error, Equatable {
    /// Not well-formed XML, in expat's words.
    case malformed(line: Int, reason: String)
    /// A DOCTYPE: entities and external subsets are never expanded, so none may be declared.
    case doctypeRefused(line: Int)
    /// Elements nested deeper than ``XMLElement/depthMax``.
    case tooDeep(line: Int)
    /// More than ``XMLElement/elementsMax`` elements.
    case tooManyElements(line: Int)
    /// The document is larger than the caller allows, in bytes.
    case tooLarge(size: Int, sizeMax: Int)
    /// The parser could not get memory.
    case outOfMemory
}
