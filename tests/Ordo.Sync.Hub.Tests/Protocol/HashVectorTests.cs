using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Documentation.Tests;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>The hashes of the protocol, computed here step by step as the specification words them.</summary>
public sealed class HashVectorTests
{
    internal static readonly string[] Names = ["hash-knowledge", "hash-record"];

    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "protocol-vectors");

    [Fact]
    public void The_state_hash_is_that_of_the_specification()
    {
        byte[] knowledge = Bytes(Samples.Knowledge);
        UInt128 knowledgeHash = XxHash128.HashToUInt128(knowledge);
        UInt128 forgottenHash = XxHash128.HashToUInt128(Bytes(Samples.Forgotten));
        UInt128 stateHash = unchecked((knowledgeHash * 31) + forgottenHash) | UInt128.One;
        var state = new ScopeState
        {
            Knowledge = Samples.Knowledge.ToLocal(Samples.Replicas),
            Forgotten = Samples.Forgotten.ToLocal(Samples.Replicas),
        };

        Assert.Equal(stateHash, StateHash.Of(state, Samples.Replicas));
        AssertPublished("hash-knowledge", knowledge, new JsonObject
        {
            ["knowledge"] = Describe.Vector(Samples.Knowledge),
            ["forgotten"] = Describe.Vector(Samples.Forgotten),
            ["knowledgeHash"] = Describe.Hex(knowledgeHash),
            ["forgottenHash"] = Describe.Hex(forgottenHash),
            ["stateHash"] = Describe.Hex(stateHash),
            ["stateHashWithoutAnything"] = Describe.Hex(StateHash.Of(ScopeState.Empty, Samples.Replicas)),
        });
    }

    [Fact]
    public void The_digest_is_that_of_the_specification()
    {
        var shares = Samples.Records.Select(record => RecordDigest.Of(record, Samples.Replicas)).ToArray();
        byte[] first = Bytes(Samples.Records[0]);

        Assert.Equal(XxHash128.HashToUInt128(first), shares[0]);
        Assert.Equal(UInt128.Zero, shares[1]);
        Assert.Equal(XxHash128.HashToUInt128(Bytes(Samples.Records[2])), shares[2]);
        AssertPublished("hash-record", first, new JsonObject
        {
            ["record"] = Samples.Records[0].Key.ToString(),
            ["shares"] = new JsonArray([.. shares.Select(share => (JsonNode)Describe.Hex(share))]),
            ["digest"] = Describe.Hex(unchecked(shares[0] + shares[1] + shares[2])),
        });
    }

    private static byte[] Bytes(GlobalVector vector)
    {
        var output = new List<byte>();
        foreach (GlobalDot dot in vector.Entries)
        {
            output.AddRange(dot.Replica.ToByteArray());
            var counter = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(counter, dot.Counter);
            output.AddRange(counter);
        }

        return [.. output];
    }

    private static byte[] Bytes(StoredRecord record)
    {
        var output = new ArrayBufferWriter<byte>();
        Append(output, Encoding.UTF8.GetBytes(record.Key.Collection));
        Append(output, Encoding.UTF8.GetBytes(record.Key.Key));
        foreach (RecordVersion version in record.Versions)
        {
            output.Write(Samples.Replicas[version.Dot.ReplicaIndex].ToByteArray());
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), version.Dot.Counter);
            output.Advance(8);
            BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), version.Timestamp.Value);
            output.Advance(8);
            Append(output, Encoding.UTF8.GetBytes(version.Author));
            Append(output, version.Payload.Span);
            Append(output, version.Annotations.Span);
        }

        Append(output, record.ConflictFree.Span[..Math.Min(record.ConflictFree.Length, ConflictFreeFingerprint.SizeBytes)]);
        return output.WrittenSpan.ToArray();
    }

    private static void Append(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), bytes.Length);
        output.Advance(4);
        output.Write(bytes);
    }

    private static void AssertPublished(string name, byte[] hashed, JsonNode described)
    {
        string hexFile = Path.Combine(Folder, name + ".hex");
        string jsonFile = Path.Combine(Folder, name + ".json");
        if (Environment.GetEnvironmentVariable("ORDO_UPDATE_VECTORS") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(hexFile, VectorTests.Lines(hashed));
            File.WriteAllText(jsonFile, VectorTests.Json(described) + "\n");
        }

        Assert.Equal(VectorTests.Lines(hashed), File.ReadAllText(hexFile));
        Assert.Equal(VectorTests.Json(JsonNode.Parse(File.ReadAllText(jsonFile))!), VectorTests.Json(described));
    }
}
