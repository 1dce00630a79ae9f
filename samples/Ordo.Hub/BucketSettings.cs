namespace Ordo.Hub;

/// <summary>The bucket of S3-compatible object storage in which all instances of the hub keep blobs.</summary>
internal sealed class BucketSettings
{
    public string Name { get; set; } = string.Empty;

    /// <summary>What the names of all objects begin with.</summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>The service's address; Amazon's of the region where there is none.</summary>
    public Uri? ServiceAddress { get; set; }

    public string Region { get; set; } = "us-east-1";

    /// <summary>The key; looked for where Amazon's tools look where it is empty.</summary>
    public string AccessKey { get; set; } = string.Empty;

    public string SecretKey { get; set; } = string.Empty;
}
