using Microsoft.Extensions.Options;
using Ordo.Sync.Replication;

namespace Ordo.Sync.AspNetCore;

/// <summary>Checks a hub's options when the host starts, also against each other.</summary>
internal sealed class HubOptionsValidator : IValidateOptions<HubOptions>
{
    private const int HeadBytes = 64 * 1024;
    private const int PageBytesMin = 4 * 1024;
    private const int QuotaBytesMin = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, HubOptions options)
    {
        var failures = new List<string>();
        Check(options.PageBytesMax, PageBytesMin, ProtocolLimits.PageBytesDefault, nameof(HubOptions.PageBytesMax));
        Check(options.PayloadBytesMax, 1, ProtocolLimits.RecordBytesMax, nameof(HubOptions.PayloadBytesMax));
        Check(
            options.RequestBytesMax,
            Math.Max(options.PageBytesMax, options.PayloadBytesMax) + HeadBytes,
            ProtocolLimits.MessageBytesMax,
            nameof(HubOptions.RequestBytesMax));
        Check(options.InboxBytesMax, options.PageBytesMax, long.MaxValue, nameof(HubOptions.InboxBytesMax));
        Check(options.CompressResponsesFromBytes, 0, int.MaxValue, nameof(HubOptions.CompressResponsesFromBytes));
        if (options.ClockSkewMax < TimeSpan.Zero || options.ClockSkewMax > TimeSpan.FromDays(1))
        {
            failures.Add($"{nameof(HubOptions.ClockSkewMax)} must be from zero to one day; it is {options.ClockSkewMax}.");
        }

        if (options.LiveConnectionLifetime < TimeSpan.FromSeconds(1) || options.LiveConnectionLifetime > TimeSpan.FromDays(1))
        {
            failures.Add(
                $"{nameof(HubOptions.LiveConnectionLifetime)} must be from one second to one day; it is "
                + $"{options.LiveConnectionLifetime}.");
        }

        CheckTime(options.TombstoneHorizon, TimeSpan.FromHours(1), TimeSpan.FromDays(3650), nameof(HubOptions.TombstoneHorizon));
        CheckTime(options.CollectInterval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), nameof(HubOptions.CollectInterval));
        CheckTime(
            options.StagedTransferLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(365), nameof(HubOptions.StagedTransferLifetime));
        if (options.RequestsPerMinuteMax is { } requests)
        {
            Check(requests, 6, 1_000_000, nameof(HubOptions.RequestsPerMinuteMax));
        }

        Check(options.ReplicasPerPrincipalMax, 1, int.MaxValue, nameof(HubOptions.ReplicasPerPrincipalMax));
        const string Quotas = nameof(HubOptions.Quotas);
        CheckTime(options.Quotas.Window, TimeSpan.FromMinutes(1), TimeSpan.FromDays(31), $"{Quotas}.{nameof(HubQuotas.Window)}");
        CheckQuota(options.Quotas.PrincipalBytesMax, nameof(HubQuotas.PrincipalBytesMax));
        CheckQuota(options.Quotas.PrincipalBytesPerScopeMax, nameof(HubQuotas.PrincipalBytesPerScopeMax));
        CheckQuota(options.Quotas.ScopeBytesMax, nameof(HubQuotas.ScopeBytesMax));
        if (options.PrincipalName is null)
        {
            failures.Add($"{nameof(HubOptions.PrincipalName)} must not be null.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckQuota(long? value, string option) => Check(value ?? QuotaBytesMin, QuotaBytesMin, long.MaxValue, $"{Quotas}.{option}");

        void CheckTime(TimeSpan value, TimeSpan min, TimeSpan max, string option)
        {
            if (value < min || value > max)
            {
                failures.Add($"{option} must be from {min} to {max}; it is {value}.");
            }
        }

        void Check(long value, long min, long max, string option)
        {
            if (value < min || value > max)
            {
                failures.Add($"{option} must be from {min} to {max}; it is {value}.");
            }
        }
    }
}
