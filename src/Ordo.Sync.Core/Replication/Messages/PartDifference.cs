namespace Ordo.Sync.Replication.Messages;

/// <summary>A part of a key range in which the answering side holds something else.</summary>
/// <param name="Index">The part's place in the request.</param>
/// <param name="Count">The records that the answering side has there, with a share in the digest.</param>
/// <param name="Sum">The sum of their shares modulo 2^128.</param>
public readonly record struct PartDifference(int Index, int Count, UInt128 Sum);
