using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Ordo.Sync.Crdt;

/// <summary>A typed face of a <see cref="Sequence"/>; it holds no state of its own.</summary>
/// <typeparam name="T">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
/// <param name="untyped">The sequence.</param>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Sequence<T>(Sequence untyped) : IReadOnlyList<T>
    where T : notnull
{
    /// <summary>The sequence behind.</summary>
    public Sequence Untyped { get; } = untyped ?? throw new ArgumentNullException(nameof(untyped));

    /// <inheritdoc/>
    public int Count => Untyped.Count;

    /// <inheritdoc/>
    public T this[int index] => ScalarConversion<T>.FromScalar(Untyped[index]);

    /// <inheritdoc cref="Sequence.Add"/>
    public void Add(IDotSource dots, T element) => Untyped.Add(dots, ScalarConversion<T>.ToScalar(element));

    /// <inheritdoc cref="Sequence.Insert"/>
    public void Insert(IDotSource dots, int index, T element) =>
        Untyped.Insert(dots, index, ScalarConversion<T>.ToScalar(element));

    /// <inheritdoc cref="Sequence.RemoveAt"/>
    public void RemoveAt(IDotSource dots, int index, int count = 1) => Untyped.RemoveAt(dots, index, count);

    /// <inheritdoc cref="Sequence.Replace"/>
    public void Replace(IDotSource dots, int index, T element) =>
        Untyped.Replace(dots, index, ScalarConversion<T>.ToScalar(element));

    /// <summary>The elements as they are now, in order.</summary>
    /// <exception cref="InvalidOperationException">An element is of another kind.</exception>
    public IEnumerator<T> GetEnumerator() => Untyped.ToArray().Select(ScalarConversion<T>.FromScalar).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
