using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Ordo.Sync.Crdt;

/// <summary>A typed face of a <see cref="Set"/>; it holds no state of its own.</summary>
/// <typeparam name="T">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
/// <param name="untyped">The set.</param>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Set<T>(Set untyped) : IReadOnlyCollection<T>
    where T : notnull
{
    /// <summary>The set behind.</summary>
    public Set Untyped { get; } = untyped ?? throw new ArgumentNullException(nameof(untyped));

    /// <inheritdoc/>
    public int Count => Untyped.Count;

    /// <inheritdoc cref="Set.Contains"/>
    public bool Contains(T element) => Untyped.Contains(ScalarConversion<T>.ToScalar(element));

    /// <inheritdoc cref="Set.Add"/>
    public bool Add(IDotSource dots, T element) => Untyped.Add(dots, ScalarConversion<T>.ToScalar(element));

    /// <inheritdoc cref="Set.Remove"/>
    public bool Remove(T element) => Untyped.Remove(ScalarConversion<T>.ToScalar(element));

    /// <summary>The elements, in no order.</summary>
    /// <exception cref="InvalidOperationException">An element is of another kind.</exception>
    public IEnumerator<T> GetEnumerator() => Untyped.Elements.Select(ScalarConversion<T>.FromScalar).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
