/**
 * Area codes of the North American Numbering Plan. A split code, and every overlay of it, has all the zones
 * of its area: the exchange would tell more, but only for landlines that were never ported.
 */

/** Area codes, jurisdiction (country, or regions of it), zones. Several zones = it straddles a border. */
export const NORTH_AMERICA: readonly (readonly [codes: string, jurisdictions: string, zones: string])[] = [
  ['205 251 256 334 659 938', 'US-AL', 'America/Chicago'],
  ['907', 'US-AK', 'America/Anchorage America/Adak'],
  ['480 520 602 623', 'US-AZ', 'America/Phoenix'],
  ['928', 'US-AZ', 'America/Phoenix America/Denver'], // the Navajo Nation keeps daylight saving time
  ['327 479 501 870', 'US-AR', 'America/Chicago'],
  [
    '209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951',
    'US-CA',
    'America/Los_Angeles',
  ],
  ['303 719 720 748 970 983', 'US-CO', 'America/Denver'],
  ['203 475 860 959', 'US-CT', 'America/New_York'],
  ['302', 'US-DE', 'America/New_York'],
  ['202 771', 'US-DC', 'America/New_York'],
  [
    '239 305 321 324 352 386 407 561 645 656 689 727 728 754 772 786 813 863 904 941 954',
    'US-FL',
    'America/New_York',
  ],
  ['850 448', 'US-FL', 'America/New_York America/Chicago'],
  ['229 404 470 478 678 706 762 770 912 943', 'US-GA', 'America/New_York'],
  ['808', 'US-HI', 'Pacific/Honolulu'],
  ['208 986', 'US-ID', 'America/Boise America/Los_Angeles'],
  ['217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872', 'US-IL', 'America/Chicago'],
  ['260 317 463 765', 'US-IN', 'America/Indiana/Indianapolis'],
  ['219 574 812 930', 'US-IN', 'America/Indiana/Indianapolis America/Chicago'],
  ['319 515 563 641 712', 'US-IA', 'America/Chicago'],
  ['316 913', 'US-KS', 'America/Chicago'],
  ['620 785', 'US-KS', 'America/Chicago America/Denver'],
  ['502', 'US-KY', 'America/Kentucky/Louisville'],
  ['859', 'US-KY', 'America/New_York'],
  ['270 364 606', 'US-KY', 'America/New_York America/Chicago'],
  ['225 318 337 457 504 985', 'US-LA', 'America/Chicago'],
  ['207', 'US-ME', 'America/New_York'],
  ['227 240 301 410 443 667', 'US-MD', 'America/New_York'],
  ['339 351 413 508 617 774 781 857 978', 'US-MA', 'America/New_York'],
  ['231 248 269 313 517 586 616 679 734 810 947 989', 'US-MI', 'America/Detroit'],
  ['906', 'US-MI', 'America/Detroit America/Menominee'],
  ['218 320 507 612 651 763 924 952', 'US-MN', 'America/Chicago'],
  ['228 471 601 662 769', 'US-MS', 'America/Chicago'],
  ['235 314 417 557 573 636 660 816 975', 'US-MO', 'America/Chicago'],
  ['406', 'US-MT', 'America/Denver'],
  ['308', 'US-NE', 'America/Chicago America/Denver'],
  ['402 531', 'US-NE', 'America/Chicago'],
  ['702 725', 'US-NV', 'America/Los_Angeles'],
  ['775', 'US-NV', 'America/Los_Angeles America/Denver'],
  ['603', 'US-NH', 'America/New_York'],
  ['201 551 609 640 732 848 856 862 908 973', 'US-NJ', 'America/New_York'],
  ['505 575', 'US-NM', 'America/Denver'],
  [
    '212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934',
    'US-NY',
    'America/New_York',
  ],
  ['252 336 472 704 743 828 910 919 980 984', 'US-NC', 'America/New_York'],
  ['701', 'US-ND', 'America/Chicago America/Denver'],
  ['216 220 234 283 326 330 380 419 436 440 513 567 614 740 937', 'US-OH', 'America/New_York'],
  ['405 539 572 580 918', 'US-OK', 'America/Chicago'],
  ['503 971', 'US-OR', 'America/Los_Angeles'],
  ['458 541', 'US-OR', 'America/Los_Angeles America/Boise'],
  ['215 223 267 272 412 445 484 570 582 610 717 724 814 835 878', 'US-PA', 'America/New_York'],
  ['401', 'US-RI', 'America/New_York'],
  ['803 821 839 843 854 864', 'US-SC', 'America/New_York'],
  ['605', 'US-SD', 'America/Chicago America/Denver'],
  ['423 729', 'US-TN', 'America/New_York America/Chicago'],
  ['865', 'US-TN', 'America/New_York'],
  ['615 629 731 901 931', 'US-TN', 'America/Chicago'],
  [
    '210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979',
    'US-TX',
    'America/Chicago',
  ],
  ['915', 'US-TX', 'America/Denver'],
  ['385 435 801', 'US-UT', 'America/Denver'],
  ['802', 'US-VT', 'America/New_York'],
  ['276 434 540 571 686 703 757 804 826 948', 'US-VA', 'America/New_York'],
  ['206 253 360 425 509 564', 'US-WA', 'America/Los_Angeles'],
  ['304 681', 'US-WV', 'America/New_York'],
  ['262 274 353 414 534 608 715 920', 'US-WI', 'America/Chicago'],
  ['307', 'US-WY', 'America/Denver'],
  ['787 939', 'US-PR', 'America/Puerto_Rico'],
  ['340', 'US-VI', 'America/St_Thomas'],
  ['671', 'US-GU', 'Pacific/Guam'],
  ['670', 'US-MP', 'Pacific/Saipan'],
  ['684', 'US-AS', 'Pacific/Pago_Pago'],

  ['368 403 587 780 825', 'CA-AB', 'America/Edmonton'],
  ['604', 'CA-BC', 'America/Vancouver'],
  // Creston and the Peace River keep one time all year, the East Kootenay follows Alberta.
  ['236 250 257 672 778', 'CA-BC', 'America/Vancouver America/Edmonton America/Fort_Nelson'],
  ['204 431 584', 'CA-MB', 'America/Winnipeg'],
  ['428 506', 'CA-NB', 'America/Moncton'],
  ['709 879', 'CA-NL', 'America/St_Johns America/Goose_Bay'],
  ['782 902', 'CA-NS CA-PE', 'America/Halifax'],
  ['226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 905 942', 'CA-ON', 'America/Toronto'],
  ['807', 'CA-ON', 'America/Toronto America/Winnipeg America/Atikokan'],
  ['263 354 438 450 468 514 579 819 873', 'CA-QC', 'America/Toronto'],
  // The Magdalen Islands keep Atlantic time, Blanc-Sablon without daylight saving time.
  ['367 418 581', 'CA-QC', 'America/Toronto America/Halifax America/Puerto_Rico'],
  // Lloydminster follows Alberta, Creighton follows Manitoba.
  ['306 474 639', 'CA-SK', 'America/Regina America/Edmonton America/Winnipeg'],
  [
    '867',
    'CA-NT CA-NU CA-YT',
    'America/Whitehorse America/Edmonton America/Winnipeg America/Toronto America/Atikokan',
  ],

  ['242', 'BS', 'America/Nassau'],
  ['246', 'BB', 'America/Barbados'],
  ['264', 'AI', 'America/Anguilla'],
  ['268', 'AG', 'America/Antigua'],
  ['284', 'VG', 'America/Tortola'],
  ['345', 'KY', 'America/Cayman'],
  ['441', 'BM', 'Atlantic/Bermuda'],
  ['473', 'GD', 'America/Grenada'],
  ['649', 'TC', 'America/Grand_Turk'],
  ['658 876', 'JM', 'America/Jamaica'],
  ['664', 'MS', 'America/Montserrat'],
  ['721', 'SX', 'America/Lower_Princes'],
  ['758', 'LC', 'America/St_Lucia'],
  ['767', 'DM', 'America/Dominica'],
  ['784', 'VC', 'America/St_Vincent'],
  ['809 829 849', 'DO', 'America/Santo_Domingo'],
  ['868', 'TT', 'America/Port_of_Spain'],
  ['869', 'KN', 'America/St_Kitts'],
];

/**
 * Zones of a North American number whose area code is not in the table: everything that the United States
 * and Canada have, so that a call is lawful wherever it rings.
 */
export const NORTH_AMERICA_UNKNOWN =
  'America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage ' +
  'America/Adak Pacific/Honolulu America/Puerto_Rico Pacific/Guam Pacific/Pago_Pago ' +
  'America/St_Johns America/Halifax America/Toronto America/Atikokan America/Winnipeg America/Regina ' +
  'America/Edmonton America/Vancouver America/Whitehorse';

/** Codes without a place: toll-free. The called party pays, so a dialer never calls them. */
export const TOLL_FREE = '800 822 833 844 855 866 877 880 881 882 883 884 885 886 887 888 889';
/** Codes where the caller pays more than for a call. */
export const PREMIUM = '900';
