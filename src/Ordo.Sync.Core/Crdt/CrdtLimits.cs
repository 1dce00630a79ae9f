namespace Ordo.Sync.Crdt;

/// <summary>
/// What a decoder accepts. Beside these, every allocation is bounded by a constant times the length of the input, so a short
/// hostile input cannot exhaust memory whatever it claims.
/// </summary>
public sealed record CrdtLimits
{
    /// <summary>The defaults, used where none are given.</summary>
    public static CrdtLimits Default { get; } = new();

    /// <summary>The longest encoding, in bytes. The default value is 256 MiB.</summary>
    public int BytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>How deep maps may nest. The default value is 32.</summary>
    public int DepthMax { get; init; } = 32;

    /// <summary>The most replica ids in one document's table. The default value is 65,536.</summary>
    public int ReplicasMax { get; init; } = 65_536;

    /// <summary>The most runs of one text or sequence (about 110 bytes of memory each). The default value is 8,388,608.</summary>
    public int RunsMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>The longest text, in UTF-16 units, or sequence, in elements. The default value is 268,435,456.</summary>
    public int LengthMax { get; init; } = 256 * 1024 * 1024;
}
