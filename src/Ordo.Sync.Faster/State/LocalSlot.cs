namespace Ordo.Sync.Faster.State;

/// <summary>A local entry as memory knows it: short ones stand here, long ones are values.</summary>
/// <param name="Number">The value's number; 0 where the bytes stand here.</param>
/// <param name="Bytes">The bytes; empty where they are a value.</param>
/// <param name="Length">How many bytes the entry has.</param>
internal readonly record struct LocalSlot(long Number, ReadOnlyMemory<byte> Bytes, int Length)
{
    /// <summary>The longest content, of a local or a journal entry, that stands in memory.</summary>
    public const int InlineBytesMax = 96;
}
