using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>
/// Elements on the wire: one flat array, for each its replica's index, its counter's distance from the one before of the same
/// replica, and its value (nil, where a delta's receiver knows the dot), sorted by dot.
/// </summary>
internal static class DotEntries
{
    public static void Write<T>(ref MessagePackWriter writer, CrdtEncoder encoder, scoped ReadOnlySpan<DotEntry<T>> entries)
        where T : IDotValue<T>
    {
        writer.WriteArrayHeader(checked(entries.Length * (2 + T.Fields)));
        int last = -1;
        long counter = 0;
        foreach (DotEntry<T> entry in entries)
        {
            int index = encoder.IndexOf(entry.Dot.Replica);
            writer.Write(index);
            writer.Write(entry.Dot.Counter - (index == last ? counter : 0));
            last = index;
            counter = entry.Dot.Counter;
            if (encoder.Since?.Contains(entry.Dot.Replica, counter) == true)
            {
                for (int i = 0; i < T.Fields; i++)
                {
                    writer.WriteNil();
                }
            }
            else
            {
                entry.Value.Write(ref writer);
            }
        }
    }

    public static List<DotEntry<T>> Read<T>(ref MessagePackReader reader, CrdtDecoder decoder)
        where T : IDotValue<T>
    {
        int length = reader.ReadArrayHeader();
        if (length % (2 + T.Fields) != 0)
        {
            throw new CrdtFormatException($"An array of elements has {length} values, not a multiple of {2 + T.Fields}.");
        }

        int count = length / (2 + T.Fields);
        var entries = new List<DotEntry<T>>(count);
        int last = -1;
        long counter = 0;
        for (int i = 0; i < count; i++)
        {
            int index = reader.ReadInt32();
            long distance = reader.ReadInt64();
            if (index < last || distance < 1 || distance > Dot.CounterMax
                || (counter = distance + (index == last ? counter : 0)) > Dot.CounterMax)
            {
                throw new CrdtFormatException("The dots of elements are not from 1 on, in order and without repetition.");
            }

            last = index;
            var dot = new GlobalDot(decoder.Replica(index), counter);
            entries.Add(decoder.IsDelta && T.Fields > 0 && reader.NextMessagePackType == MessagePackType.Nil
                ? Known<T>(ref reader, dot)
                : new DotEntry<T>(dot, T.Read(ref reader)));
        }

        return entries;
    }

    private static DotEntry<T> Known<T>(ref MessagePackReader reader, GlobalDot dot)
        where T : IDotValue<T>
    {
        for (int i = 0; i < T.Fields; i++)
        {
            reader.ReadNil();
        }

        return new DotEntry<T>(dot, default!, IsKnown: true);
    }
}
