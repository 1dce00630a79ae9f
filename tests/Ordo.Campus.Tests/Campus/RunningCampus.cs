using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(RunningCampus))]

// The tests share three devices and their network switches.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Ordo.Campus.Tests.Campus;

/// <summary>One campus and one browser for all tests; each test opens pages of its own and leaves the network on.</summary>
public sealed class RunningCampus : IAsyncLifetime
{
    private const string SkipVariable = "ORDO_SKIP_BROWSER_TESTS";
    private const string ChromiumVariable = "ORDO_CHROMIUM";
    private const float PatienceMs = 60_000;

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("ordo-campus-tests-").FullName;
    private CampusProcess? _campus;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Whether somebody said explicitly that there is no browser to be had.</summary>
    public static bool IsSkipped => Environment.GetEnvironmentVariable(SkipVariable) == "1";

    /// <summary>The hub's address.</summary>
    public Uri Hub => _campus!.Addresses["hub"];

    /// <summary>What a device proves itself with to the hub.</summary>
    public string SecretOf(string role) => File.ReadAllText(Path.Combine(_folder, role, "device.key"));

    public async ValueTask InitializeAsync()
    {
        if (IsSkipped)
        {
            return;
        }

        string chromium = Environment.GetEnvironmentVariable(ChromiumVariable) ?? "/usr/bin/chromium";
        if (!File.Exists(chromium))
        {
            throw new FileNotFoundException(
                $"The browser tests need Chromium, which is not at '{chromium}'. 'bash eng/browser.sh' installs Debian's package; "
                + $"{ChromiumVariable} names another place; {SkipVariable}=1 skips these tests.");
        }

        Assertions.SetDefaultExpectTimeout(PatienceMs);
        Task<CampusProcess> starting = CampusProcess.StartAsync(_folder);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = Flags });
        _campus = await starting;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_campus is not null)
        {
            await using (_campus)
            {
                await _campus.StopAsync();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens a page of a device in a browser profile of its own.</summary>
    internal async Task<DevicePage> OpenAsync(string role, string path)
    {
        Assert.SkipWhen(IsSkipped, $"{SkipVariable} is set.");
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = _campus!.Addresses[role].ToString(),
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = 1240, Height = 780 },
        });
        context.SetDefaultTimeout(PatienceMs);
        var device = new DevicePage(await context.NewPageAsync(), role, context);
        await device.GoAsync(path);
        return device;
    }
}
