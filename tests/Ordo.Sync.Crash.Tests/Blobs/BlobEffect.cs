namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>One thing that was done to the disk of a blob store.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="To">The new name, where a file was moved.</param>
/// <param name="Bytes">What was written at the file's end.</param>
internal sealed record BlobEffect(BlobEffectKind Kind, string Path, string? To = null, byte[]? Bytes = null);
