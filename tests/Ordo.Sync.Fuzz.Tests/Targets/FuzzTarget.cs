using Ordo.Sync.Errors;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>A decoder, what it decodes, and how it may refuse.</summary>
/// <param name="Name">Its name, of which the folder of inputs that once broke it is called.</param>
/// <param name="Seeds">Valid inputs; what is tried are changes of them.</param>
/// <param name="Decode">Decodes, and uses what came out where that reads on.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Decode)
{
    /// <summary>Whether an exception is a refusal as documented.</summary>
    public Func<Exception, bool> IsRefusal { get; init; } = IsMalformed;

    /// <summary>Makes checksums right again after a change, so that what they guard is reached; <see langword="null"/> where there are none.</summary>
    public Action<byte[]>? Seal { get; init; }

    /// <summary>How often it is drawn among the others.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>What may be allotted for an input of no length, in bytes.</summary>
    public long FixedBytesMax { get; init; } = 256 * 1024;

    /// <summary>What may be allotted more for each byte of an input.</summary>
    public long BytesPerByteMax { get; init; } = 512;

    private static bool IsMalformed(Exception exception) =>
        exception is SyncException { Code: SyncErrorCode.Malformed or SyncErrorCode.TooLarge };
}
