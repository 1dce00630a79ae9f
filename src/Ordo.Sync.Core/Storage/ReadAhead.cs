using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>
/// What a reader or writer will ask for first. A store that is a round trip away fetches it together with its beginning; what it
/// answers is the same without it, and most stores take no notice. Immutable.
/// </summary>
public sealed record ReadAhead
{
    /// <summary>Nothing is asked for ahead.</summary>
    public static ReadAhead Nothing { get; } = new();

    /// <summary>The scope whose state will be read; <see langword="null"/> for none. The one that is written is read anyhow.</summary>
    public string? Scope { get; init; }

    /// <summary>Local entries. The default is none.</summary>
    public IReadOnlyList<LocalEntryName> Locals { get; init; } = [];

    /// <summary>
    /// Records of the scope that is written. The default is none. Enumerated once, and only by a store that fetches them: what finding
    /// them takes is spared where nobody asks.
    /// </summary>
    public IEnumerable<RecordKey> Records { get; init; } = [];
}
