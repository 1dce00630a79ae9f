namespace Ordo.Sync.Engine.Blobs;

/// <summary>What an app says of content that it imports; goes into the <c>BlobRef</c>, not into the blob.</summary>
/// <param name="Name">What a person calls it: a file's name without its folder. At most 255 characters.</param>
/// <param name="MediaType">What kind of content it is, as in "video/mp4". At most 127 characters.</param>
public sealed record BlobImport(string? Name = null, string? MediaType = null);
