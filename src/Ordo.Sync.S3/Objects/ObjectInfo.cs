namespace Ordo.Sync.S3.Objects;

/// <summary>What is known of an object without reading it.</summary>
/// <param name="Name">Its name, without the store's prefix.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="WrittenAt">When it was written last, by the service's clock.</param>
internal readonly record struct ObjectInfo(string Name, long Length, DateTimeOffset WrittenAt);
