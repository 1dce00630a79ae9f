using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Collections;

/// <summary>What an edit was based on: the versions that its editor had seen. Opaque to apps.</summary>
public sealed class RecordBasis
{
    internal RecordBasis(ImmutableArray<Dot> seen) => Seen = seen;

    internal RecordBasis(StoredRecord record)
        : this([.. record.Versions.Select(version => version.Dot)]) => Record = record;

    /// <summary>The basis of an edit whose editor saw no record: whatever stands there stays beside the new version.</summary>
    public static RecordBasis Nothing { get; } = new([]);

    internal ImmutableArray<Dot> Seen { get; }

    /// <summary>What its editor saw, where it was read as a record: an edit is compared with that, however old it is.</summary>
    internal StoredRecord? Record { get; }

    /// <summary>
    /// Whether its editor saw this version. Not by its dot alone: a store that finds out late that another speaks under its name may hold
    /// that one's version under a dot which the editor saw with another.
    /// </summary>
    internal bool Saw(RecordVersion version) => Seen.Contains(version.Dot)
        && (Record is null || Record.Versions.Any(seen => seen.Dot == version.Dot && seen.Timestamp == version.Timestamp));

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Seen);
}
