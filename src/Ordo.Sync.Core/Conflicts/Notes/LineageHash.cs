using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using MessagePack;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>
/// The hash that names a version in the lineage of its record: SHA-256 over scope, collection, key, author, payload, lineage and
/// decision, each led by its length. Dot and timestamp are left out: content stamped anew stays the same link of the chain.
/// </summary>
public static class LineageHash
{
    /// <summary>The hash of a version.</summary>
    public static ContentHash Of(string scope, RecordKey key, RecordVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        VersionNotes notes = VersionNotes.Decode(version.Annotations);
        var output = new ArrayBufferWriter<byte>(256 + version.Payload.Length);
        var writer = new MessagePackWriter(output);
        writer.Write(scope);
        writer.Write(key.Collection);
        writer.Write(key.Key);
        writer.Write(version.Author);
        writer.Write(version.Payload.Span);
        VersionNotesCodec.Write(ref writer, notes.Lineage);
        writer.Write(notes.Decision?.Reason);
        writer.Write(notes.Fields.Span);
        writer.Flush();
        Span<byte> hash = stackalloc byte[ContentHash.SizeBytes];
        SHA256.HashData(output.WrittenSpan, hash);
        return ContentHash.Read(hash);
    }

    /// <summary>The hash that names a record within its scope.</summary>
    public static ContentHash OfRecord(RecordKey key)
    {
        Span<byte> hash = stackalloc byte[ContentHash.SizeBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Collection}\0{key.Key}"), hash);
        return ContentHash.Read(hash);
    }
}
