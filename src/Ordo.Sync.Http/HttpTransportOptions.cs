using Ordo.Sync.Replication;

namespace Ordo.Sync.Http;

/// <summary>How a device reaches its hub over HTTP. Set it up before it is used; it is not thread-safe to change.</summary>
public sealed class HttpTransportOptions
{
    /// <summary>
    /// The address that the hub is mapped to, as in <c>https://hub.example.edu/sync</c>: absolute, http or https, without user,
    /// query and fragment. Required.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// How long one round trip may take, from the request's first byte to the response's last;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no bound. The default is 100 seconds: a page of 2 MiB at 21 KB/s.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// Requests of at least so many bytes are compressed; <see cref="int.MaxValue"/> for none. The default is 1,024 bytes.
    /// </summary>
    public int CompressRequestsFromBytes { get; set; } = 1024;

    /// <summary>
    /// How hard requests are compressed: the quality of Brotli, from 0, the fastest, to 11, the smallest. The default is 1.
    /// </summary>
    public int CompressionQuality { get; set; } = 1;

    /// <summary>
    /// The most bytes of a response, decompressed, from 64 KiB to the protocol's limit, which is the default: 16 MiB.
    /// </summary>
    public int ResponseBytesMax { get; set; } = ProtocolLimits.MessageBytesMax;

    /// <summary>Says what is wrong with these options, or returns <see langword="null"/>.</summary>
    public string? WhyNotValid()
    {
        if (BaseAddress is not { IsAbsoluteUri: true } address || !IsHttp(address))
        {
            return $"{nameof(BaseAddress)} must be an absolute http or https address; it is '{BaseAddress}'.";
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            return $"{nameof(BaseAddress)} must have no user, query or fragment.";
        }

        if (RequestTimeout <= TimeSpan.Zero && RequestTimeout != Timeout.InfiniteTimeSpan)
        {
            return $"{nameof(RequestTimeout)} must be positive, or infinite; it is {RequestTimeout}.";
        }

        if (CompressionQuality is < 0 or > 11)
        {
            return $"{nameof(CompressionQuality)} must be from 0 to 11; it is {CompressionQuality}.";
        }

        return CompressRequestsFromBytes < 0
            ? $"{nameof(CompressRequestsFromBytes)} must not be negative."
            : ResponseBytesMax is < ResponseBytesMin or > ProtocolLimits.MessageBytesMax
                ? $"{nameof(ResponseBytesMax)} must be from {ResponseBytesMin} to {ProtocolLimits.MessageBytesMax} bytes."
                : null;
    }

    private const int ResponseBytesMin = 64 * 1024;

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;
}
