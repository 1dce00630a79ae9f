using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Engine.Collections;

/// <summary>What an edit was based on: the versions that its editor had seen. Opaque to apps.</summary>
public sealed class RecordBasis
{
    internal RecordBasis(ImmutableArray<Dot> seen) => Seen = seen;

    /// <summary>The basis of an edit whose editor saw no record: whatever stands there stays beside the new version.</summary>
    public static RecordBasis Nothing { get; } = new([]);

    internal ImmutableArray<Dot> Seen { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Seen);
}
