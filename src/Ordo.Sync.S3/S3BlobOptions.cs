namespace Ordo.Sync.S3;

/// <summary>Where and how much an <see cref="S3BlobStore"/> keeps.</summary>
public sealed class S3BlobOptions
{
    private const int PrefixLengthMax = 512;

    /// <summary>The bucket, which must exist. Required.</summary>
    public string Bucket { get; set; } = string.Empty;

    /// <summary>
    /// What the names of all objects begin with, such as <c>campus/</c>; nothing else belongs there. The default is nothing.
    /// </summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>
    /// The service's address, such as <c>https://minio.example.edu</c>; <see langword="null"/> for Amazon's of the
    /// <see cref="Region"/>. The default is <see langword="null"/>.
    /// </summary>
    public Uri? ServiceAddress { get; set; }

    /// <summary>The region that requests are signed for. The default is <c>us-east-1</c>, which most other services take.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>
    /// Whether the bucket stands in the path of an address and not in its host. The default is yes, which every service takes.
    /// </summary>
    public bool UsesPathStyle { get; set; } = true;

    /// <summary>
    /// The key's name; <see langword="null"/> to look where Amazon's tools do: environment, profile, the machine's role. The default is
    /// <see langword="null"/>.
    /// </summary>
    public string? AccessKey { get; set; }

    /// <summary>The key's secret; given with <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>
    /// The most bytes of chunks to keep, over all instances, as far as this one knows (<see cref="S3BlobStore.Usage"/>). The default
    /// is no bound.
    /// </summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>The most blobs to keep in full, counted likewise. The default is no bound.</summary>
    public long CountMax { get; set; } = long.MaxValue;

    /// <summary>The requests under way at once. The default is 32. Each chunk among them takes its length of memory.</summary>
    public int RequestsAtOnceMax { get; set; } = 32;

    /// <summary>How long one try of a request may take. The default is 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request that failed for a passing reason is tried again. The default is 4 times.</summary>
    public int RetriesMax { get; set; } = 4;

    /// <summary>Throws where a value is out of its range, naming it.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Bucket), nameof(Bucket), "must name a bucket");
        Require(
            Prefix.Length <= PrefixLengthMax && !Prefix.StartsWith('/') && Prefix.All(IsPlain),
            nameof(Prefix),
            "takes letters of ASCII, digits, '-', '_', '.' and '/', which does not come first");
        Require(
            ServiceAddress is null or { IsAbsoluteUri: true, Scheme: "http" or "https" },
            nameof(ServiceAddress),
            "must be an absolute address, http or https");
        Require(!string.IsNullOrWhiteSpace(Region), nameof(Region), "must name a region");
        Require(AccessKey is null == SecretKey is null, nameof(SecretKey), $"goes with {nameof(AccessKey)}");
        Require(BytesMax > 0, nameof(BytesMax), "must be positive");
        Require(CountMax > 0, nameof(CountMax), "must be positive");
        Require(RequestsAtOnceMax is >= 1 and <= 1000, nameof(RequestsAtOnceMax), "must be 1 to 1000");
        Require(RequestTimeout > TimeSpan.Zero, nameof(RequestTimeout), "must be positive");
        Require(RetriesMax is >= 0 and <= 20, nameof(RetriesMax), "must be 0 to 20");
    }

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/';

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(S3BlobOptions)}.{option} {rule}.");
        }
    }
}
