using System.Collections.Immutable;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Journal;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>What must have become of a cell once everybody has everything: the same at every replica.</summary>
public sealed record Expectation
{
    /// <summary>What a reader sees; <see langword="null"/> for no record.</summary>
    public Note? Value { get; init; }

    /// <summary>How the record stands.</summary>
    public RecordState State { get; init; }

    /// <summary>Whether reading and writing it is refused.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether it is in the inbox of every device.</summary>
    public bool IsInInbox { get; init; }

    /// <summary>Whether A's act could be done at all.</summary>
    public bool CanA { get; init; } = true;

    /// <summary>Whether B's act could be done at all.</summary>
    public bool CanB { get; init; } = true;

    /// <summary>What A may be told of its write.</summary>
    public ImmutableArray<WriteOutcome> OutcomesA { get; init; } = [];

    /// <summary>What B may be told of its write.</summary>
    public ImmutableArray<WriteOutcome> OutcomesB { get; init; } = [];

    /// <summary>The versions of the history, each as a sentence, sorted.</summary>
    public ImmutableArray<string> History { get; init; } = [];

    /// <summary>The values of fields that lost, as "field: author", sorted.</summary>
    public ImmutableArray<string> LostValues { get; init; } = [];
}
