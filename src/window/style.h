/* window/style.h: what of the windows' looks is not libadwaita's own. */
#ifndef WINDOW_STYLE_H
#define WINDOW_STYLE_H

/* CSS; its colours are those of libadwaita, light or dark. */
#define STYLE                                                                                      \
	".mail-list .unread { font-weight: bold; }"                                                \
	".mail-list { font-size: 95%; }"                                                           \
	".data-table { font-size: 92%; }"                                                          \
	".message-heading { padding: 12px 16px 6px 16px; }"                                        \
	".message-tabs { margin: 0 10px 4px 10px; }"                                               \
	".attachments { padding: 6px 10px; }"                                                      \
	".compose-fields { padding: 12px 16px; }"                                                  \
	".compose-body { padding: 12px 16px; }"                                                    \
	".meaning { padding: 8px 16px; color: alpha(currentColor, 0.75); }"                        \
	".note { padding: 6px 16px; }"                                                             \
	".ladder row { padding: 0; }"                                                              \
	".dialogue { padding: 4px 0; }"                                                            \
	".dialogue row { padding: 2px 8px; }"                                                      \
	".line-time { font-family: monospace; font-size: 85%;"                                     \
	" color: alpha(currentColor, 0.6); }"                                                      \
	".line-text, .line-side { font-family: monospace; font-size: 92%; }"                       \
	".from-client { color: @accent_color; }"                                                   \
	".from-server { color: @success_color; }"                                                  \
	"statuspage.compact > scrolledwindow > viewport > box { margin: 18px 12px; }"              \
	"statuspage.compact > scrolledwindow > viewport > box > clamp > box > .icon "              \
	"{ -gtk-icon-size: 64px; margin-bottom: 12px; }"

#endif
