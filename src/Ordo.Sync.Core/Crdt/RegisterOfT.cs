using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>A typed face of a <see cref="Register"/>; it holds no state of its own.</summary>
/// <typeparam name="T">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
/// <param name="untyped">The register.</param>
public sealed class Register<T>(Register untyped)
    where T : notnull
{
    /// <summary>The register behind.</summary>
    public Register Untyped { get; } = untyped ?? throw new ArgumentNullException(nameof(untyped));

    /// <summary>All values that stand at the same time, the winner first.</summary>
    /// <exception cref="InvalidOperationException">A value is of another kind.</exception>
    public IReadOnlyList<T> Values =>
        [.. Untyped.Values.Select(value => ScalarConversion<T>.FromScalar(value.Value))];

    /// <summary>The value that won last, or <see langword="false"/> where there is none.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        Scalar? winner = Untyped.Value;
        value = winner is { } scalar ? ScalarConversion<T>.FromScalar(scalar) : default;
        return winner is not null;
    }

    /// <inheritdoc cref="Register.Set"/>
    public void Set(IDotSource dots, HybridTimestamp timestamp, T value) =>
        Untyped.Set(dots, timestamp, ScalarConversion<T>.ToScalar(value));
}
