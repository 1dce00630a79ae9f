using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of collection descriptors: an array of [name, strategy].</summary>
internal static class CollectionTable
{
    public static void Write(ref MessagePackWriter writer, ImmutableArray<CollectionDescriptor> collections)
    {
        writer.WriteArrayHeader(collections.Length);
        foreach (CollectionDescriptor collection in collections)
        {
            writer.WriteArrayHeader(2);
            writer.Write(collection.Name);
            writer.Write((int)collection.Strategy);
        }
    }

    public static ImmutableArray<CollectionDescriptor> Read(ref MessagePackReader reader)
    {
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.CollectionsMax, "collections");
        var collections = ImmutableArray.CreateBuilder<CollectionDescriptor>(count);
        for (int i = 0; i < count; i++)
        {
            int elements = reader.ReadArrayHeader();
            if (elements < 2)
            {
                throw new MessagePackSerializationException("a collection has a name and a strategy.");
            }

            string? name = reader.ReadString();
            if (RecordNames.WhyNotCollection(name) is { } why)
            {
                throw new MessagePackSerializationException(why);
            }

            collections.Add(new CollectionDescriptor(name!, (ConflictStrategy)reader.ReadInt32()));
            for (int extra = 2; extra < elements; extra++)
            {
                reader.Skip();
            }
        }

        return collections.MoveToImmutable();
    }
}
