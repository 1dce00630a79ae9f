using FASTER.core;

namespace Ordo.Sync.Faster.Values;

/// <summary>What FASTER calls back for: values go in as spans and come out as arrays.</summary>
internal sealed class ValueFunctions : SpanByteFunctions<long, byte[], Empty>
{
    public override bool SingleReader(
        ref long key, ref SpanByte input, ref SpanByte value, ref byte[] destination, ref ReadInfo readInfo)
    {
        destination = value.ToByteArray();
        return true;
    }

    public override bool ConcurrentReader(
        ref long key, ref SpanByte input, ref SpanByte value, ref byte[] destination, ref ReadInfo readInfo)
    {
        destination = value.ToByteArray();
        return true;
    }
}
