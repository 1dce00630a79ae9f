using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>Messages in words: JSON with the names that the specification uses.</summary>
internal static class Describe
{
    public static JsonNode Message(ListenRequest message) => new JsonObject
    {
        ["kind"] = 8,
        ["replicas"] = new JsonArray([.. message.Replicas.Select(replica => (JsonNode)replica.ToString())]),
        ["scopes"] = new JsonArray([.. message.Scopes.Select(scope => (JsonNode)scope)]),
    };

    public static JsonNode Message(ReconcileRequest message) => WithGeneration(message.Generation, new JsonObject
    {
        ["kind"] = 9,
        ["scope"] = message.Scope,
        ["replica"] = message.Replica.ToString(),
        ["afterCollection"] = message.After?.Collection,
        ["afterKey"] = message.After?.Key,
        ["parts"] = new JsonArray([.. message.Parts.Select(part => (JsonNode)new JsonObject
        {
            ["upToCollection"] = part.UpTo?.Collection,
            ["upToKey"] = part.UpTo?.Key,
            ["count"] = part.IsGap ? null : part.Count,
            ["sum"] = part.IsGap ? null : Hex(part.Sum),
        })]),
        ["settles"] = message.Settles,
    });


    public static JsonNode Message(ReconcileResponse message) => new JsonObject
    {
        ["kind"] = 10,
        ["replica"] = message.Replica.ToString(),
        ["unixMilliseconds"] = message.UnixMilliseconds,
        ["stateHash"] = Hex(message.StateHash),
        ["digest"] = Hex(message.Digest),
        ["compared"] = message.ComparedCount,
        ["differences"] = new JsonArray([.. message.Differences.Select(difference => (JsonNode)new JsonObject
        {
            ["index"] = difference.Index,
            ["count"] = difference.Count,
            ["sum"] = Hex(difference.Sum),
        })]),
        ["isSettled"] = message.IsSettled,
    };

    public static JsonNode Message(RecordsRequest message) => WithGeneration(message.Generation, new JsonObject
    {
        ["kind"] = 11,
        ["scope"] = message.Scope,
        ["replica"] = message.Replica.ToString(),
        ["ranges"] = new JsonArray([.. message.Ranges.Select(range => (JsonNode?)Range(range))]),
        ["bytesMax"] = message.BytesMax,
    });


    public static JsonNode Message(RecordsResponse message) => new JsonObject
    {
        ["kind"] = 12,
        ["replica"] = message.Replica.ToString(),
        ["covered"] = message.CoveredCount,
        ["afterCollection"] = message.After?.Collection,
        ["afterKey"] = message.After?.Key,
        ["page"] = PageDescription.Of(message.Page),
    };

    public static JsonNode Message(HelloRequest message) => new JsonObject
    {
        ["kind"] = 1,
        ["versionMin"] = message.VersionMin,
        ["versionMax"] = message.VersionMax,
        ["replica"] = message.Replica.ToString(),
        ["collections"] = Collections(message.Collections),
    };

    public static JsonNode Message(HelloResponse message) => new JsonObject
    {
        ["kind"] = 2,
        ["version"] = message.Version,
        ["replica"] = message.Replica.ToString(),
        ["unixMilliseconds"] = message.UnixMilliseconds,
        ["pageBytesMax"] = message.PageBytesMax,
        ["payloadBytesMax"] = message.PayloadBytesMax,
        ["mismatches"] = Collections(message.Mismatches),
    };

    public static JsonNode Message(PullRequest message) => WithGeneration(message.Generation, new JsonObject
    {
        ["kind"] = 3,
        ["scope"] = message.Scope,
        ["replica"] = message.Replica.ToString(),
        ["stateHash"] = Hex(message.StateHash),
        ["digest"] = Hex(message.Digest),
        ["known"] = Vector(message.Known),
        ["bytesMax"] = message.BytesMax,
        ["cursor"] = Cursor(message.Cursor),
        ["fill"] = message.Fill is not { } fill ? null : new JsonObject
        {
            ["afterCollection"] = fill.After?.Collection,
            ["afterKey"] = fill.After?.Key,
            ["sender"] = fill.Sender.ToString(),
        },
    });


    public static JsonNode Message(PullResponse message) => WithGeneration(message.Generation, new JsonObject
    {
        ["kind"] = 4,
        ["status"] = Status(message.Status),
        ["replica"] = message.Replica.ToString(),
        ["unixMilliseconds"] = message.UnixMilliseconds,
        ["digest"] = Hex(message.Digest),
        ["next"] = Cursor(message.Next),
        ["nextKnown"] = Vector(message.NextKnown),
        ["liveCount"] = message.LiveCount,
        ["page"] = message.Page.IsEmpty ? null : PageDescription.Of(message.Page),
        ["lease"] = Hex(message.Lease),
    });


    public static JsonNode Message(PushRequest message) => WithGeneration(message.Generation, new JsonObject
    {
        ["kind"] = 5,
        ["scope"] = message.Scope,
        ["replica"] = message.Replica.ToString(),
        ["transfer"] = Hex(message.Transfer),
        ["number"] = message.Number,
        ["isFinal"] = message.IsFinal,
        ["page"] = PageDescription.Of(message.Page),
        ["lease"] = Hex(message.Lease),
        ["nextLease"] = Hex(message.NextLease),
    });


    public static JsonNode Message(PushResponse message) => new JsonObject
    {
        ["kind"] = 6,
        ["status"] = Status(message.Status),
        ["replica"] = message.Replica.ToString(),
        ["unixMilliseconds"] = message.UnixMilliseconds,
        ["knowledge"] = Vector(message.Knowledge),
        ["forgotten"] = Vector(message.Forgotten),
        ["digest"] = Hex(message.Digest),
        ["lease"] = Hex(message.Lease),
        ["outcomes"] = new JsonArray([.. message.Outcomes.Select(entry => (JsonNode)new JsonObject
        {
            ["version"] = Dot(entry.Version),
            ["collection"] = entry.Key.Collection,
            ["key"] = entry.Key.Key,
            ["outcome"] = (int)entry.Outcome,
            ["rejection"] = entry.Rejection is not { } rejection ? null : new JsonObject
            {
                ["code"] = (int)rejection.Code,
                ["reason"] = rejection.Reason,
                ["fields"] = new JsonArray([.. rejection.Fields.Select(field => (JsonNode)field)]),
            },
        })]),
    };

    private static JsonObject WithGeneration(ReplicaId generation, JsonObject message)
    {
        if (!generation.IsEmpty)
        {
            message["generation"] = generation.ToString();
        }

        return message;
    }

    public static JsonArray Collections(ImmutableArray<CollectionDescriptor> collections) =>
        new([.. collections.Select(collection => (JsonNode)new JsonObject
        {
            ["name"] = collection.Name,
            ["strategy"] = (int)collection.Strategy,
        })]);

    public static JsonNode? Vector(GlobalVector? vector) =>
        vector is null ? null : new JsonArray([.. vector.Entries.Select(dot => Dot(dot))]);

    public static JsonNode Dot(GlobalDot dot) => new JsonObject
    {
        ["replica"] = dot.Replica.ToString(),
        ["counter"] = dot.Counter,
    };

    public static JsonNode Timestamp(HybridTimestamp timestamp) => new JsonObject
    {
        ["unixMilliseconds"] = timestamp.UnixMilliseconds,
        ["counter"] = timestamp.Counter,
    };

    public static string Hex(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);

    public static string? Hex(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : Convert.ToHexStringLower(bytes.Span);

    public static JsonObject? Range(KeyRange? range) => range is not { } keys ? null : new JsonObject
    {
        ["afterCollection"] = keys.After?.Collection,
        ["afterKey"] = keys.After?.Key,
        ["upToCollection"] = keys.UpTo?.Collection,
        ["upToKey"] = keys.UpTo?.Key,
    };

    private static string Status<T>(T status)
        where T : struct, Enum => $"{Convert.ToInt32(status, CultureInfo.InvariantCulture)} {status}";

    private static JsonObject? Cursor(TransferCursor? cursor) => cursor is null ? null : new JsonObject
    {
        ["upTo"] = Vector(cursor.UpTo),
        ["after"] = cursor.After is { } after ? Dot(after) : null,
        ["sender"] = cursor.Sender.ToString(),
        ["forgotten"] = Vector(cursor.Forgotten),
        ["isComplete"] = cursor.IsComplete,
        ["stage"] = cursor.Stage,
    };
}
