namespace Ordo.Sync.Records;

/// <summary>What nearly every carrier has for annotations: nothing but its kind. Told at a glance, and kept once.</summary>
internal static class PlainCarrier
{
    // [lineage nil, decision nil, rejected [], fields nil, kind 2], as VersionNotes encodes it; a test compares the two.
    private static readonly byte[] Bytes = [0x95, 0xC0, 0xC0, 0x90, 0xC0, (byte)VersionKind.Carrier];

    /// <summary>The annotations.</summary>
    public static ReadOnlyMemory<byte> Annotations => Bytes;

    /// <summary>Whether a version's annotations are these.</summary>
    public static bool Is(ReadOnlySpan<byte> annotations) => annotations.SequenceEqual(Bytes);
}
