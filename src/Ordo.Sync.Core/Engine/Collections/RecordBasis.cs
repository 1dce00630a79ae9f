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

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Seen);
}
