using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of a request to listen.</summary>
public static class ListenCodec
{
    /// <summary>The most scopes of one request.</summary>
    public const int ScopesMax = 20_000;

    private const int ReplicasMax = 16;

    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, ListenRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write((int)MessageKind.ListenRequest);
        writer.WriteArrayHeader(message.Replicas.Length);
        foreach (ReplicaId replica in message.Replicas)
        {
            WireFormat.Write(ref writer, replica);
        }

        writer.WriteArrayHeader(message.Scopes.Length);
        foreach (string scope in message.Scopes)
        {
            writer.Write(scope);
        }

        writer.Flush();
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or exceed a limit.</exception>
    public static ListenRequest ReadRequest(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "listen", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.ListenRequest, 2);
        int replicaCount = WireFormat.ReadCount(ref reader, ReplicasMax, "replicas");
        var replicas = ImmutableArray.CreateBuilder<ReplicaId>(replicaCount);
        for (int i = 0; i < replicaCount; i++)
        {
            replicas.Add(WireFormat.ReadReplica(ref reader));
        }

        int scopeCount = WireFormat.ReadCount(ref reader, ScopesMax, "scopes");
        var scopes = ImmutableArray.CreateBuilder<string>(Math.Min(scopeCount, 1024));
        for (int i = 0; i < scopeCount; i++)
        {
            scopes.Add(MessageChecks.Scope(reader.ReadString()));
        }

        WireFormat.ReadTail(ref reader, left - 2);
        return new ListenRequest(replicas.MoveToImmutable(), scopes.ToImmutable());
    });
}
