using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>What strategies keep with a version beside its payload: its annotations, taken apart. Immutable.</summary>
public sealed record VersionNotes
{
    /// <summary>No notes.</summary>
    public static VersionNotes None { get; } = new();

    /// <summary>Where the version comes from, in collections that keep an audit history.</summary>
    public Lineage? Lineage { get; init; }

    /// <summary>The decision that the version is; <see langword="null"/> for an ordinary edit.</summary>
    public Decision? Decision { get; init; }

    /// <summary>The versions that a hub refused when it wrote this one.</summary>
    public ImmutableArray<RejectedVersion> Rejected { get; init; } = [];

    /// <summary>The stamps of the version's fields, where the strategy merges by field.</summary>
    public ReadOnlyMemory<byte> Fields { get; init; }

    /// <summary>What the version stands for.</summary>
    public VersionKind Kind { get; init; }

    /// <summary>The bytes that stand in a version's annotations; empty where there are no notes.</summary>
    public ReadOnlyMemory<byte> Encode() => VersionNotesCodec.Encode(this);

    /// <summary>Reads annotations.</summary>
    /// <exception cref="MessagePack.MessagePackSerializationException">The bytes are malformed or exceed a limit.</exception>
    public static VersionNotes Decode(ReadOnlyMemory<byte> annotations) => VersionNotesCodec.Decode(annotations);
}
