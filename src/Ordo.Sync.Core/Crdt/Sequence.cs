using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A list of scalars that several people edit at the same time: <see cref="Text"/>'s algorithm over values. Called so, because
/// a <c>List&lt;T&gt;</c> beside that of System.Collections.Generic would be ambiguous in every file of an app.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Sequence : SequenceValue<Scalar>
{
    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Sequence;

    /// <summary>The number of elements.</summary>
    public int Count => Core.Length;

    /// <summary>Appends an element. Takes one dot.</summary>
    public void Add(IDotSource dots, Scalar element) => Insert(dots, Count, [element]);

    /// <summary>Inserts elements before an index. Takes a dot for each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the list.</exception>
    public void Insert(IDotSource dots, int index, params ReadOnlySpan<Scalar> elements)
    {
        ArgumentNullException.ThrowIfNull(dots);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Count);
        if (!elements.IsEmpty)
        {
            Core.Insert(dots, index, elements);
        }
    }

    /// <summary>Removes elements from an index on. Takes one dot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the list.</exception>
    public void RemoveAt(IDotSource dots, int index, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(dots);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Count - count);
        if (count > 0)
        {
            Core.Delete(dots, index, count);
        }
    }

    /// <summary>Puts another element in the place of one: two that do so at the same time leave both. Takes two dots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the list.</exception>
    public void Replace(IDotSource dots, int index, Scalar element)
    {
        RemoveAt(dots, index);
        Insert(dots, index, [element]);
    }

    /// <summary>The elements in order, in a new array.</summary>
    public Scalar[] ToArray() => Core.ToArray();

    internal static Sequence Read(ref MessagePackReader reader, CrdtDecoder decoder)
    {
        byte[] structure = SequenceCodec.ReadScalars(ref reader, decoder.Limits, out Scalar[] content);
        var sequence = new Sequence();
        sequence.Fill(structure, content, decoder);
        return sequence;
    }

    private protected override SequenceValue<Scalar> CreateEmpty() => new Sequence();

    private protected override void WriteParts(
        ref MessagePackWriter writer, ReadOnlySpan<byte> structure, ReadOnlySpan<Scalar> content, bool compress) =>
        SequenceCodec.WriteScalars(ref writer, structure, content, compress);
}
