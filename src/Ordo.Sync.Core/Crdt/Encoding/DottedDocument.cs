using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>
/// Takes a look at an encoded document without making one of it: most that travel are small, of counters, flags, registers and sets,
/// and all new to their receiver, who then keeps the bytes as they came.
/// </summary>
internal static class DottedDocument
{
    private const int ReplicasMax = 16;
    private const int MapFields = 3;
    private const int KeyBytesMax = 128;

    /// <summary>
    /// Whether decoding these bytes and encoding the document again would give the same ones, and every element is new to one side
    /// and known to the other. <see langword="false"/> says nothing: decode them to know more.
    /// </summary>
    /// <param name="bytes">The document, from anywhere.</param>
    /// <param name="mine">Who must not know any of its elements.</param>
    /// <param name="theirs">Who must know all of them.</param>
    /// <param name="latest">The latest timestamp of a register's value; the default where there is none.</param>
    public static bool IsAllNew(ReadOnlySpan<byte> bytes, ICausalView mine, ICausalView theirs, out HybridTimestamp latest)
    {
        latest = default;
        var reader = new CanonicalReader(bytes);
        if (!reader.TryReadArray(out int parts) || parts != 4
            || !reader.TryReadUnsigned(out ulong version) || version != 1
            || !reader.TryReadUnsigned(out ulong form) || form != 0
            || !reader.TryReadBytes(out ReadOnlySpan<byte> table)
            || table.Length % ReplicaId.SizeBytes != 0)
        {
            return false;
        }

        int replicas = table.Length / ReplicaId.SizeBytes;
        if (replicas > ReplicasMax)
        {
            return false;
        }

        Span<long> least = stackalloc long[replicas];
        Span<long> greatest = stackalloc long[replicas];
        least.Fill(long.MaxValue);
        return TryReadFields(ref reader, least, greatest, ref latest)
            && reader.IsAtEnd
            && AreNew(table, least, greatest, mine, theirs);
    }

    private static bool TryReadFields(
        ref CanonicalReader reader, scoped Span<long> least, scoped Span<long> greatest, ref HybridTimestamp latest)
    {
        if (!reader.TryReadArray(out int length) || length == 0 || length % MapFields != 0)
        {
            return false;
        }

        ReadOnlySpan<byte> lastKey = default;
        ulong lastKind = 0;
        for (int field = 0; field < length / MapFields; field++)
        {
            // Of ASCII keys the order of bytes is that of strings.
            if (!reader.TryReadText(out ReadOnlySpan<byte> key) || key.Length > KeyBytesMax || !System.Text.Ascii.IsValid(key)
                || !reader.TryReadUnsigned(out ulong kind))
            {
                return false;
            }

            int order = key.SequenceCompareTo(lastKey);
            if (order < 0 || (order == 0 && kind <= lastKind)
                || !TryReadElements(ref reader, (CrdtKind)kind, least, greatest, ref latest))
            {
                return false;
            }

            lastKey = key;
            lastKind = kind;
        }

        return true;
    }

    private static bool TryReadElements(
        ref CanonicalReader reader, CrdtKind kind, scoped Span<long> least, scoped Span<long> greatest, ref HybridTimestamp latest)
    {
        int values = kind switch { CrdtKind.Flag => 0, CrdtKind.Counter or CrdtKind.Set => 1, CrdtKind.Register => 2, _ => -1 };
        if (values < 0 || !reader.TryReadArray(out int length) || length == 0 || length % (2 + values) != 0)
        {
            return false;
        }

        ulong last = ulong.MaxValue;
        ulong counter = 0;
        for (int i = 0; i < length / (2 + values); i++)
        {
            if (!reader.TryReadUnsigned(out ulong index) || index >= (ulong)least.Length || (last != ulong.MaxValue && index < last)
                || !reader.TryReadUnsigned(out ulong distance) || distance is 0 or > Dot.CounterMax)
            {
                return false;
            }

            counter = distance + (index == last ? counter : 0);
            last = index;
            if (counter > Dot.CounterMax || !TryReadValue(ref reader, kind, ref latest))
            {
                return false;
            }

            least[(int)index] = Math.Min(least[(int)index], (long)counter);
            greatest[(int)index] = Math.Max(greatest[(int)index], (long)counter);
        }

        return true;
    }

    private static bool TryReadValue(ref CanonicalReader reader, CrdtKind kind, ref HybridTimestamp latest)
    {
        switch (kind)
        {
            case CrdtKind.Flag:
                return true;
            case CrdtKind.Counter:
                return reader.TrySkipInteger();
            case CrdtKind.Set:
                return reader.TrySkipScalar();
            default:
                if (!reader.TryReadUnsigned(out ulong stamp))
                {
                    return false;
                }

                var timestamp = new HybridTimestamp(stamp);
                latest = timestamp > latest ? timestamp : latest;
                return reader.TrySkipScalar();
        }
    }

    // Ids in order and each of them used, as the encoder writes them.
    private static bool AreNew(
        ReadOnlySpan<byte> table, ReadOnlySpan<long> least, ReadOnlySpan<long> greatest, ICausalView mine, ICausalView theirs)
    {
        ReplicaId last = default;
        for (int i = 0; i < least.Length; i++)
        {
            ReplicaId replica = ReplicaId.Read(table[(i * ReplicaId.SizeBytes)..]);
            if (greatest[i] == 0 || (i > 0 && replica <= last)
                || mine.Contains(replica, least[i]) || !theirs.Contains(replica, greatest[i]))
            {
                return false;
            }

            last = replica;
        }

        return true;
    }
}
