using FASTER.core;

namespace Ordo.Sync.Faster.Values;

/// <summary>A session of FASTER, for one caller at a time.</summary>
internal sealed class ValueSession : IDisposable
{
    private readonly ClientSession<long, SpanByte, SpanByte, byte[], Empty, ValueFunctions> _session;

    public ValueSession(FasterKV<long, SpanByte> values) =>
        _session = values.For(new ValueFunctions()).NewSession<ValueFunctions>();

    /// <summary>Writes the bytes of a number.</summary>
    public unsafe void Write(long number, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            SpanByte value = SpanByte.FromPointer(start, bytes.Length);
            _ = _session.Upsert(ref number, ref value);
        }
    }

    /// <summary>The bytes of a number; <see langword="null"/> where there are none.</summary>
    public byte[]? Read(long number)
    {
        byte[] bytes = null!;
        SpanByte input = default;
        Status status = _session.Read(ref number, ref input, ref bytes);
        if (!status.IsPending)
        {
            return status.Found ? bytes : null;
        }

        _session.CompletePendingWithOutputs(
            out CompletedOutputIterator<long, SpanByte, SpanByte, byte[], Empty> outputs, wait: true);
        using (outputs)
        {
            return outputs.Next() && outputs.Current.Status.Found ? outputs.Current.Output : null;
        }
    }

    public void Dispose() => _session.Dispose();
}
