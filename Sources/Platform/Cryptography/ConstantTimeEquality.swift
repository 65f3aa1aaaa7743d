import COpenSSL

/// Whether two secrets are the same, in a time that depends on their size only: a guess learns nothing
/// from how long its refusal takes. Sizes are no secret; different ones answer at once.
package func constantTimeEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let left = left.baseAddress, let rightStart = right.baseAddress else { return true }
    return CRYPTO_memcmp(left, rightStart, right.count) == 0
}

package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { constantTimeEqual(left, $0) } }
}
