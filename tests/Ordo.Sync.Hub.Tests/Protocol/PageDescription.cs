using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>A page in words, its dots by replica id.</summary>
internal static class PageDescription
{
    public static JsonNode Of(ReadOnlyMemory<byte> page)
    {
        PageReader reader = PageReader.Open(page);
        ReplicaTable table = ReplicaTable.Empty;
        foreach (ReplicaId replica in reader.Replicas)
        {
            table = table.With(replica, out _);
        }

        int[] indexes = [.. Enumerable.Range(0, reader.Replicas.Length)];
        var records = new JsonArray();
        while (reader.TryRead(indexes, reader.Header.Knowledge.ToLocal(table), out RemoteRecord? record))
        {
            records.Add(Record(record!, table));
        }

        return new JsonObject
        {
            ["kind"] = 7,
            ["scope"] = reader.Header.Scope,
            ["replicas"] = new JsonArray([.. reader.Replicas.Select(replica => (JsonNode)replica.ToString())]),
            ["collections"] = Describe.Collections(reader.Header.Collections),
            ["base"] = Describe.Vector(reader.Header.Base),
            ["knowledge"] = Describe.Vector(reader.Header.Knowledge),
            ["forgotten"] = Describe.Vector(reader.Header.Forgotten),
            ["clock"] = Describe.Timestamp(reader.Header.Clock),
            ["isComplete"] = reader.Header.IsComplete,
            ["range"] = Describe.Range(reader.Header.Range),
            ["records"] = records,
        };
    }

    private static JsonObject Record(RemoteRecord record, ReplicaTable table) => new JsonObject
    {
        ["collection"] = record.Key.Collection,
        ["key"] = record.Key.Key,
        ["versions"] = new JsonArray([.. record.Dots.Select(dot => Version(record, dot, table))]),
        ["exception"] = record.Context.Exception is { } exception
            ? Describe.Vector(Replication.GlobalVector.From(exception, table))
            : null,
        ["conflictFree"] = Describe.Hex(record.ConflictFree),
    };

    private static JsonNode Version(RemoteRecord record, Dot dot, ReplicaTable table)
    {
        JsonNode described = Describe.Dot(table.Globalize(dot));
        if (record.Values.FirstOrDefault(value => value.Dot == dot) is not { } version)
        {
            return described;
        }

        described["timestamp"] = Describe.Timestamp(version.Timestamp);
        described["author"] = version.Author;
        described["payload"] = Describe.Hex(version.Payload);
        described["annotations"] = Describe.Hex(version.Annotations);
        return described;
    }
}
