/// What a drive knows of a shard file: enough to tell later whether it is whole and which one it is.
struct StagedPart: Sendable, Hashable {
    var number: Int
    /// Bytes of the file.
    var size: Int64 = 0
    /// Digest and shard of every frame but the last; 0 in an empty file or where the frames are not known.
    var frameSize = 0
    /// Chain over the frames' digests in order, which stand for the content.
    var digests = Fingerprint()

    /// Whether the frames are known, so that the content can be checked.
    var isFramed: Bool { frameSize > 0 }
}
