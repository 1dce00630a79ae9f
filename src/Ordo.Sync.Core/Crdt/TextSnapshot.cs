using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>A text as it was at one moment, to show and to compare with later (<see cref="Text.ChangesSince"/>). Immutable.</summary>
public sealed class TextSnapshot
{
    internal TextSnapshot(string value, (GlobalDot First, int Length)[] runs)
    {
        Value = value;
        Runs = runs;
    }

    /// <summary>The characters.</summary>
    public string Value { get; }

    /// <summary>The dots of the characters, in their order.</summary>
    internal (GlobalDot First, int Length)[] Runs { get; }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
