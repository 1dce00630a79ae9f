using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>Draws versions as they meet in practice: deletes, equal values, equal times, many at once.</summary>
internal sealed class SiblingGenerator(Random random, Func<Random, ReadOnlyMemory<byte>> draw)
{
    private const int SiblingsMax = 40;
    private static readonly string[] Authors = ["", "ann", "bob", "Ünal", "Иван"];

    public Random Random => random;

    /// <summary>A payload; empty for a delete, now and then.</summary>
    public ReadOnlyMemory<byte> Payload() => random.Next(6) == 0 ? ReadOnlyMemory<byte>.Empty : draw(random);

    public string Author() => Authors[random.Next(Authors.Length)];

    /// <summary>Siblings in the order in which every replica sorts them.</summary>
    public ImmutableArray<RecordVersion> Draw()
    {
        int count = random.Next(8) == 0 ? random.Next(2, SiblingsMax + 1) : random.Next(2, 6);
        long time = 1_767_225_600_000 + random.Next(1_000_000_000);
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(count);
        for (int replica = 0; replica < count; replica++)
        {
            ReadOnlyMemory<byte> payload = replica > 0 && random.Next(4) == 0
                ? versions[random.Next(replica)].Payload
                : Payload();

            // Times stay or grow, as siblings are sorted; at equal times the replica decides, which grows too.
            time += random.Next(3) == 0 ? 0 : random.Next(1, 100_000);
            versions.Add(new RecordVersion(
                new Dot(replica, random.Next(1, 1000)), HybridTimestamp.FromUnixMilliseconds(time), Author(), payload));
        }

        return versions.MoveToImmutable();
    }
}
