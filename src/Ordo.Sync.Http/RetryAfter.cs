using System.Net.Http.Headers;

namespace Ordo.Sync.Http;

/// <summary>How long a peer asks to wait (RFC 9110, section 10.2.3), within reason.</summary>
internal static class RetryAfter
{
    // What a peer says must not put a device to sleep for a year.
    private static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);

    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider time)
    {
        RetryConditionHeaderValue? header = response.Headers.RetryAfter;
        TimeSpan? wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, WaitMax.Ticks)) : null;
    }
}
