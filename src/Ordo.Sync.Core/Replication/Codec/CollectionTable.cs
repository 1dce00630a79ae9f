using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of collection descriptors: an array of [name, strategy, isEphemeral]; the last may be missing.</summary>
internal static class CollectionTable
{
    public static void Write(ref MessagePackWriter writer, ImmutableArray<CollectionDescriptor> collections)
    {
        writer.WriteArrayHeader(collections.Length);
        foreach (CollectionDescriptor collection in collections)
        {
            writer.WriteArrayHeader(collection.IsEphemeral ? 3 : 2);
            writer.Write(collection.Name);
            writer.Write((int)collection.Strategy);
            if (collection.IsEphemeral)
            {
                writer.Write(true);
            }
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

            var descriptor = new CollectionDescriptor(name!, (ConflictStrategy)reader.ReadInt32());
            collections.Add(elements > 2 ? descriptor with { IsEphemeral = reader.ReadBoolean() } : descriptor);
            for (int extra = 3; extra < elements; extra++)
            {
                reader.Skip();
            }
        }

        return collections.MoveToImmutable();
    }
}
