namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>
/// By how much the digest that is kept of a scope misses its records. It stays the same whatever is written, since every write
/// takes out what it reads and adds what it leaves; so what was altered behind the store's back shows for ever, until it is
/// settled.
/// </summary>
/// <param name="Digest">Kept minus computed, modulo 2^128.</param>
/// <param name="LiveCount">Kept minus computed.</param>
/// <param name="SettlementCount">How often the scope was settled before; two settlements of one error would be a new one.</param>
internal readonly record struct DigestError(UInt128 Digest, long LiveCount, long SettlementCount)
{
    /// <summary>Whether the kept digest belongs to the records.</summary>
    public bool IsNone => Digest == UInt128.Zero && LiveCount == 0;
}
